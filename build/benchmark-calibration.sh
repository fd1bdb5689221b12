#!/bin/sh
# Time of calibration with all repairs: visual wake words on 100 photos of the conformance data. Exits with 1 where the goal is missed.
exec dotnet run -c Release --project "$(dirname "$0")/Benchmarks" -- --calibration
