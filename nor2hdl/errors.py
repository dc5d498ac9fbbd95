"""The errors that nor2hdl raises: one small tree, every message names the thing, the rule and the mend."""

from __future__ import annotations


class Nor2hdlError(Exception):
    """Base of every error that nor2hdl raises on purpose."""


class DataError(Nor2hdlError):
    """A data set is missing, damaged, or does not have the form it must have."""


class ModelError(Nor2hdlError):
    """A model file or a model's settings cannot be used."""


class NetlistError(Nor2hdlError):
    """A netlist, or a file that should hold one, breaks a rule of the netlist."""


class ExtractError(Nor2hdlError):
    """A module cannot be turned into gates."""


class OptionError(Nor2hdlError):
    """An argument is outside what a function or a command accepts."""


class OutputError(Nor2hdlError):
    """A file or folder cannot be written."""


class ToolError(Nor2hdlError):
    """An external program is missing or failed.

    Parameters
    ----------
    program
        Name of the program.
    problem
        What went wrong, in one clause.
    command
        The command line that was run, empty when none was.
    output
        The last lines that the program printed.
    hint
        What the user can do about it.

    Examples
    --------
    >>> print(ToolError("iverilog", "is not installed", hint="install it with: apt-get install iverilog"))
    iverilog is not installed; install it with: apt-get install iverilog
    """

    def __init__(
        self, program: str, problem: str, *, command: str = "", output: str = "", hint: str = ""
    ) -> None:
        self.program = program
        self.problem = problem
        self.command = command
        self.output = output
        self.hint = hint
        text = f"{program} {problem}"
        if hint:
            text += f"; {hint}"
        if command:
            text += f"\n  command: {command}"
        if output:
            text += "\n  " + "\n  ".join(output.strip().splitlines()[-10:])
        super().__init__(text)

    def __reduce__(self) -> tuple[object, ...]:
        # Exceptions are copied between processes by their one argument, which here is the whole text.
        parts = (self.program, self.problem, self.command, self.output, self.hint)
        return _tool_error, (type(self), *parts)


class ToolTimeoutError(ToolError):
    """An external program did not finish within its time limit."""


def _tool_error(
    kind: type[ToolError], program: str, problem: str, command: str, output: str, hint: str
) -> ToolError:
    return kind(program, problem, command=command, output=output, hint=hint)
