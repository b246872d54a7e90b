"""How large a file is, as people say it."""


def size_words(size: int) -> str:
    """`240 KB`, `2.4 MB`: thousands and millions of bytes."""
    if size < 999_500:
        return f"{max(1, round(size / 1_000))} KB"
    return f"{size / 1_000_000:.1f}".removesuffix(".0") + " MB"
