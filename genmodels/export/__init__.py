"""What a reader takes away: models as JSON, tables as CSV, pictures as SVG, runnable scripts."""
