"""The environment of the benchmarks: packages that neither Lectern nor its tests need."""

from local.template import ROOT

_FOLDER = ROOT / ".venv-bench"


def python_of_benchmarks() -> str:
    """The Python of that environment, which `make bench` builds.

    Raises:
        FileNotFoundError: if it was not built.
    """
    python = _FOLDER / "bin" / "python"
    if not python.exists():
        raise FileNotFoundError(f"{python}: `make bench` builds it")
    return str(python)
