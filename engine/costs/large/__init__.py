"""What large models need on devices that are not here: memory by part, time, devices. Arithmetic only, no torch.

The formulas stand beside their sources; the few constants that no formula gives are fitted in
`benchmarks/large_models.py` on half of the published measurements in `measurements.csv` and scored on the other half.
Sizes are in bytes; a GB is 1e9 of them and never 2**30.
"""
