"""Parts of a page, one function each: what several pages or sections draw. No maths."""
