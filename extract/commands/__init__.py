"""The commands of `claimboard`, a file each: the options that it takes and what it prints."""
