"""Reading on many machines: Ray schedules, retries and scales; the same extractor reads, and parts are what it leaves.

Every node needs claimboard with the extra `ray`, and sees the sources and the folder of parts under the same names.
"""
