"""What a run will cost, said before it begins: seconds, peak memory, energy and money, each with a 90 % interval.

    work (counted by the recipe)  x  what a unit of each kind takes  =  seconds of each phase, megabytes of each moment

What a unit takes is a stated prior (`prior.yml`), shifted by what this installation's own runs took (`calibrate`).
The interval is how far such estimates were off for runs that the calibration had not seen.
"""
