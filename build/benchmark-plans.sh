#!/bin/sh
# What planning takes and how good it is: minimalloc's instances, the public models, a graph of 2,000 nodes, and a million random buffers, each plan checked.
# An argument is the seed. Exits with 1 when a plan is wrong.
exec dotnet run -c Release --project "$(dirname "$0")/Benchmarks" -- --plans "$@"
