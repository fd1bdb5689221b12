#!/bin/sh
# Instructions of one inference for each core and model beside those of TensorFlow Lite Micro with CMSIS-NN. Where EDGEAI_PEERS names a folder with their
# sources (tflite-micro, CMSIS-NN, flatbuffers v25.9.23, gemmlowp, ruy), they are built and counted in the same run, on the same inputs, outputs compared;
# without it the figures are those measured before.
# Arguments are those of build/Benchmarks/Program.cs: parts of names of cores and models, --layers, --keep.
exec dotnet run -c Release --project "$(dirname "$0")/Benchmarks" -- "$@"
