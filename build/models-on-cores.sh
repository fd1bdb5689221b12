#!/bin/sh
# Every model of the conformance data that has golden outputs, as firmware on every emulated core: bytes compared, instructions, sizes.
# Ends with 1 when a run differs. Arguments: parts of names of cores and models.
exec dotnet run -c Release --project "$(dirname "$0")/ModelsOnCores" -- "$@"
