"""Doubles of query builders."""
