"""usage: compile.py NVCC FOLDER: the CUDA sources beside this file as PTX for
sm_89, and for sm_80 and a debugger (-G)."""
import glob
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

VARIANTS = {"sm_89": ["-arch=sm_89"], "debug": ["-arch=sm_80", "-G"]}


def compile_one(job):
    nvcc, source, flags, target = job
    run = subprocess.run([nvcc, "-ptx", *flags, "-o", target, source],
                         capture_output=True, text=True)
    return "" if run.returncode == 0 else source + ": " + run.stderr


def main():
    nvcc, folder = sys.argv[1:]
    here = os.path.dirname(os.path.abspath(__file__))
    jobs = [(nvcc, source, flags, os.path.join(
        folder, name, os.path.basename(source)[:-2] + "ptx"))
        for source in sorted(glob.glob(os.path.join(here, "*.cu")))
        for name, flags in VARIANTS.items()]
    with ThreadPoolExecutor(2) as pool:
        errors = [error for error in pool.map(compile_one, jobs) if error]
    sys.exit("\n".join(errors) or 0)


if __name__ == "__main__":
    main()
