import Glibc
import Platform

// Before anything is read or a thread exists: nobody of the same user may look into this process.
Hardening.protectProcess()
Signals.surviveFileSizeLimit()
let status = Program.run(RawArguments.strings)
fflush(nil)
exit(status)
