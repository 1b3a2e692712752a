"""Models and factories of small projects."""
