#!/bin/sh
# How near the choice of types by layer (Quantization=Auto) comes to the best there is: networks of up to 8 layers, five limits each, every assignment
# measured. Arguments keep networks. Exits with 1 when a choice costs more than a tenth beyond the best. Needs the conformance data (EDGEAI_CONFORMANCE).
exec dotnet run -c Release --project "$(dirname "$0")/Benchmarks" -- --types "$@"
