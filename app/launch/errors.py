"""Why HEscope cannot start on this computer."""

from core.errors import HescopeError


class CannotStartError(HescopeError):
    """Something about this computer keeps HEscope from starting."""

    exit_code = 6
