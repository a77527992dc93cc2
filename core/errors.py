"""What can go wrong, each as found, expected, and what to do.

The command line turns each class into its exit code; the app shows message and remedy where the
user is looking.
"""


class HescopeError(Exception):
    """A failure that a user can mend: ``message`` is found and expected, ``remedy`` what to do."""

    exit_code = 1

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(f"{message} {remedy}")
        self.message = message
        self.remedy = remedy

    def __reduce__(self) -> tuple[type["HescopeError"], tuple[str, str]]:
        return type(self), (self.message, self.remedy)  # as it comes from another process


class UsageError(HescopeError):
    """The call itself is wrong: an argument, a path, a combination of options."""

    exit_code = 2


class StudyUnusableError(HescopeError):
    """The study cannot be assessed: nothing readable, no head CT, no safe geometry."""

    exit_code = 3


class UnderAgeError(StudyUnusableError):
    """The patient is a child; a caller that insists may have the study assessed all the same."""


class TwoPatientsError(UsageError):
    """Two studies are of two patients by their headers; a caller may know that they are of one."""


class ClinicalDataError(HescopeError):
    """A clinical value is unknown to the variable table or outside its hard range."""

    exit_code = 4


class ModelInvalidError(HescopeError):
    """A model folder is incomplete, altered or of a form this version cannot read."""

    exit_code = 5
