#!/bin/sh
# Instructions of one inference for each core and model beside those of TensorFlow Lite Micro with CMSIS-NN.
# Arguments are those of build/Benchmarks/Program.cs: parts of names of cores and models, --layers, --keep.
exec dotnet run -c Release --project "$(dirname "$0")/Benchmarks" -- "$@"
