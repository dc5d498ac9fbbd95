"""Names and comments that are safe in C, whatever they hold."""

from __future__ import annotations

import re

from nor2hdl.errors import OptionError

_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")  # with an ending, within the 63 of C99
_TAKEN = frozenset(
    """
    alignas alignof and and_eq asm auto bitand bitor bool break case catch char class compl const continue
    constexpr default delete do double else enum explicit export extern false float for friend goto if inline
    int long mutable namespace new noexcept not not_eq nullptr operator or or_eq private protected public
    register restrict return short signed sizeof static static_assert struct switch template this throw true
    try typedef typeid typename typeof union unsigned using virtual void volatile wchar_t while xor xor_eq

    main offsetof
    BLOCK IN LANES LOW NOR2HDL_SCALAR NULL OUT V WORD
    """.split()  # noqa: SIM905  (quotes around 100 words say nothing)
)
_LIBRARY = re.compile(  # what the headers hold
    r"(mem|strn?)(cat|chr|cmp|coll|cpy|cspn|error|len|move|pbrk|rchr|set|spn|str|tok|xfrm)|.*_t"
    r"|[A-Z].*_(C|MAX|MIN)"
)
_UNSAFE = re.compile(r"[^A-Za-z0-9 _.,:;=+()\[\]/'@-]")


def check_name(name: str) -> None:
    """Raise `OptionError` unless `name` can be the name of the C function.

    Examples
    --------
    >>> check_name("circuit")
    """
    if not _IDENTIFIER.fullmatch(name):
        raise OptionError(
            "name must be a C identifier (a letter, then at most 39 letters, digits and underscores), "
            f"not {name!r}"
        )
    if name in _TAKEN or _LIBRARY.fullmatch(name):
        raise OptionError(f"name must be no word of C and none that the file itself uses, not {name!r}")


def comment(text: str) -> str:
    r"""Return `text` for a comment: nothing in it can end the comment or begin another.

    Examples
    --------
    >>> comment("*/ int x; /* größe")
    '\\u002a/ int x; /\\u002a gr\\u00f6\\u00dfe'
    """
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
