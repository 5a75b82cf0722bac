#define _GNU_SOURCE
#include "CPlatform.h"
#include <linux/keyctl.h>
#include <sys/syscall.h>
#include <unistd.h>

// Raw system calls (keyctl(2), add_key(2)), so that libkeyutils is not needed.

// keyctl(2), KEYCTL_SETPERM: possessor everything, and the user's other processes view, read and search. A process of another
// session does not possess the key (its session keyring may not lead to the user keyring), so the user bits decide.
#define POSSESSOR_ALL 0x3f000000
#define USER_VIEW_READ_SEARCH (0x00010000 | 0x00020000 | 0x00080000)

static long add_key(const char *type, const char *description, const void *payload, size_t count, int32_t keyring) {
  long result = syscall(SYS_add_key, type, description, payload, count, keyring);
  return result < 0 ? -errno : result;
}

static long keyctl(int operation, unsigned long a, unsigned long b, unsigned long c, unsigned long d) {
  long result;
  do {
    result = syscall(SYS_keyctl, operation, a, b, c, d);
  } while (result < 0 && errno == EINTR);
  return result < 0 ? -errno : result;
}

// The key is made in this thread's own keyring, given its permissions and its end, and only then linked into the user keyring:
// others see it complete or not at all, the link replaces an older key of the same description in one step, and a crash in
// between leaves nothing behind (a thread keyring dies with its thread and at exec).
int32_t cp_keyring_store(const char *description, const void *payload, size_t count, uint32_t seconds) {
  long key = add_key("user", description, payload, count, KEY_SPEC_THREAD_KEYRING);
  if (key < 0) return (int32_t)key;
  long result = keyctl(KEYCTL_SETPERM, key, POSSESSOR_ALL | USER_VIEW_READ_SEARCH, 0, 0);
  if (result >= 0) result = keyctl(KEYCTL_SET_TIMEOUT, key, seconds, 0, 0);
  if (result >= 0) result = keyctl(KEYCTL_LINK, key, (unsigned long)KEY_SPEC_USER_KEYRING, 0, 0);
  keyctl(KEYCTL_UNLINK, key, (unsigned long)KEY_SPEC_THREAD_KEYRING, 0, 0);
  return result < 0 ? (int32_t)result : 0;
}

static long find(const char *description) {
  return keyctl(
    KEYCTL_SEARCH, (unsigned long)KEY_SPEC_USER_KEYRING, (unsigned long)"user", (unsigned long)description, 0);
}

int64_t cp_keyring_read(const char *description, void *into, size_t capacity) {
  long key = find(description);
  if (key < 0) return key;
  return keyctl(KEYCTL_READ, key, (unsigned long)into, capacity, 0);
}

int cp_keyring_remove(const char *description) {
  long key = find(description);
  if (key < 0) return (int)key;
  long invalidated = keyctl(KEYCTL_INVALIDATE, key, 0, 0, 0);
  long unlinked = keyctl(KEYCTL_UNLINK, key, (unsigned long)KEY_SPEC_USER_KEYRING, 0, 0);
  // An invalidated key is gone for everybody at once; the collector may have unlinked it before we did.
  return invalidated >= 0 || unlinked >= 0 ? 0 : (int)unlinked;
}

int64_t cp_keyring_list(int32_t *into, size_t bytes) {
  return keyctl(KEYCTL_READ, (unsigned long)KEY_SPEC_USER_KEYRING, (unsigned long)into, bytes, 0);
}

int64_t cp_keyring_describe(int32_t key, char *into, size_t capacity) {
  return keyctl(KEYCTL_DESCRIBE, (unsigned long)key, (unsigned long)into, capacity, 0);
}
