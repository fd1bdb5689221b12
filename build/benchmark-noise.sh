#!/bin/sh
# Public networks on disturbed public data: float, int8, and int8 with the noise mixed into calibration (int8+), against white noise and recorded speech at several
# ratios. Arguments keep networks. Needs the conformance data (EDGEAI_CONFORMANCE).
exec dotnet run -c Release --project "$(dirname "$0")/Benchmarks" -- --noise "$@"
