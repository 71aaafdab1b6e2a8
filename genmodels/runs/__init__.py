"""What a page needs computed: fitted once for all visitors, its link and its fields checked.

No Streamlit and no formula of a model: these modules call the algorithms, keep what they return in
caches of their own (Streamlit's can be cleared by any visitor) and say what was wrong with input.
"""
