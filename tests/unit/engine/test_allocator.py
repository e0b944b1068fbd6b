"""What the allocator keeps need not be fetched again."""

import subprocess
import sys

BLOCKS, BLOCK_BYTES, PAGE_BYTES = 20, 8 * 2**20, 4096
PROGRAM = """
import resource, sys
from engine.allocator import keep_freed
if sys.argv[1] == "keep":
    assert keep_freed()
bytearray({size})
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range({blocks}):
    bytearray({size})
    bytearray({half})
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def _faults(how: str) -> int:
    program = PROGRAM.format(size=BLOCK_BYTES, half=BLOCK_BYTES // 2, blocks=BLOCKS)
    found = subprocess.run([sys.executable, "-c", program, how], check=True, capture_output=True, text=True)
    return int(found.stdout)


def test_large_blocks_are_used_again() -> None:
    assert _faults("keep") < BLOCKS * BLOCK_BYTES // PAGE_BYTES / 10
