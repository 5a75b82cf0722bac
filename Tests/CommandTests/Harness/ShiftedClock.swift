import Glibc
import Platform

extension Conditions {
  /// A program can be given another time of day: a library before the system's, made by the C compiler.
  static let shiftsClocks: Bool = {
    guard let sandbox = try? Sandbox(), let setting = try? clock(shifted: -86_400 * 365, in: sandbox),
      let shifted = try? sandbox.run(["date", "+%s"], setting: setting), let now = Int(shifted.stdout.dropLast())
    else { return false }
    return abs(time(nil) - 86_400 * 365 - now) < 60
  }()

  /// The environment's variables for a program whose clock is so many seconds off.
  static func clock(shifted seconds: Int, in sandbox: Sandbox) throws -> [String: String?] {
    let library = sandbox.root + "/clock\(seconds).so"
    let source = """
      #define _GNU_SOURCE
      #include <sys/syscall.h>
      #include <time.h>
      #include <unistd.h>
      int clock_gettime(clockid_t clock, struct timespec *time) {
        int code = syscall(SYS_clock_gettime, clock, time);
        if (code == 0 && clock == CLOCK_REALTIME) time->tv_sec += \(seconds);
        return code;
      }
      """
    let made = try sandbox.run(["cc", "-shared", "-fPIC", "-x", "c", "-o", library, "-"], input: .text(source))
    guard made.succeeded else { throw HarnessError("no library: \(made)") }
    return ["LD_PRELOAD": library]
  }

  static let hasKeyring = KernelKeyring.isAvailable
}
