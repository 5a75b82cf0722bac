import Glibc
import Platform

// It holds what it finds: nobody of the same user may look into this process.
Hardening.protectProcess()
Signals.surviveFileSizeLimit()
let status = ScanProgram.run(RawArguments.strings)
fflush(nil)
exit(status)
