"""How the peers are timed: as ts-run times."""
import statistics

import torch


def bench(f, warmup=5, runs=30):
    """Median ms of a launch that finds the L2 cold and clean."""
    l2 = torch.cuda.get_device_properties(0).L2_cache_size
    dirty = torch.empty(2 * l2, dtype=torch.uint8, device="cuda")
    clean = torch.zeros(2 * l2 // 4, dtype=torch.int32, device="cuda")
    for _ in range(warmup):
        f()
    times = []
    for _ in range(runs):
        dirty.fill_(0x5a)
        clean.max()
        begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        begin.record()
        f()
        end.record()
        end.synchronize()
        times.append(begin.elapsed_time(end))
    return statistics.median(times)
