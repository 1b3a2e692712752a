"""dblint tells where a project's test doubles lie about its database."""

__version__ = "0.1.0"
