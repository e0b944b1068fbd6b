"""`python -m engine.entrypoints.cli`."""

from engine.entrypoints.cli import main

main()
