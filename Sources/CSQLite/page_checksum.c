// A checksum in the reserved bytes of every page, so that a flipped bit is found even where SQLite itself would not look:
// in free space inside a page, or on a page of ciphertext. Against a person it proves nothing (that is the log's work); it
// tells damage from tampering. The same idea as SQLite's own cksumvfs (https://sqlite.org/cksumvfs.html), which Debian's
// library does not carry; the write-ahead log has checksums of its own and passes through.

#include "CSQLite.h"
#include <stdint.h>
#include <string.h>

typedef struct {
  sqlite3_file base;
  // The system's file object follows in the same allocation.
} CheckedFile;

static sqlite3_vfs *system_vfs;
static sqlite3_vfs checked_vfs;

static sqlite3_file *inner(sqlite3_file *file) { return (sqlite3_file *)((CheckedFile *)file + 1); }

// FNV-1a over 64-bit words with a final mix; starts from the page's place, so that swapped pages differ too.
static uint64_t checksum(const unsigned char *page, sqlite3_int64 offset) {
  uint64_t hash = 0xcbf29ce484222325u ^ (uint64_t)offset;
  for (int index = 0; index < COFFER_PAGE_SIZE - COFFER_PAGE_RESERVE; index += 8) {
    uint64_t word;
    memcpy(&word, page + index, 8);
    hash = (hash ^ word) * 0x100000001b3u;
    hash ^= hash >> 29;
  }
  hash ^= hash >> 33;
  hash *= 0xff51afd7ed558ccdu;
  return hash ^ (hash >> 33);
}

static int is_page(int amount, sqlite3_int64 offset) {
  return amount == COFFER_PAGE_SIZE && offset % COFFER_PAGE_SIZE == 0;
}

static int verify(const unsigned char *page, sqlite3_int64 offset) {
  uint64_t stored;
  memcpy(&stored, page + COFFER_PAGE_SIZE - COFFER_PAGE_RESERVE, 8);
  return stored == checksum(page, offset) ? SQLITE_OK : SQLITE_IOERR_DATA;
}

static int checked_read(sqlite3_file *file, void *buffer, int amount, sqlite3_int64 offset) {
  int status = inner(file)->pMethods->xRead(inner(file), buffer, amount, offset);
  return status == SQLITE_OK && is_page(amount, offset) ? verify(buffer, offset) : status;
}

static int checked_write(sqlite3_file *file, const void *buffer, int amount, sqlite3_int64 offset) {
  if (!is_page(amount, offset)) return inner(file)->pMethods->xWrite(inner(file), buffer, amount, offset);
  unsigned char page[COFFER_PAGE_SIZE];
  memcpy(page, buffer, COFFER_PAGE_SIZE - COFFER_PAGE_RESERVE);
  uint64_t sum = checksum(page, offset);
  memcpy(page + COFFER_PAGE_SIZE - COFFER_PAGE_RESERVE, &sum, 8);
  return inner(file)->pMethods->xWrite(inner(file), page, amount, offset);
}

static int checked_characteristics(sqlite3_file *file) {
  // 0x8000 is SQLITE_IOCAP_SUBPAGE_READ of newer versions: parts of pages would go unchecked.
  return inner(file)->pMethods->xDeviceCharacteristics(inner(file)) & ~0x8000;
}

// Everything else passes through.
static int checked_close(sqlite3_file *f) { return inner(f)->pMethods->xClose(inner(f)); }
static int checked_truncate(sqlite3_file *f, sqlite3_int64 n) { return inner(f)->pMethods->xTruncate(inner(f), n); }
static int checked_sync(sqlite3_file *f, int flags) { return inner(f)->pMethods->xSync(inner(f), flags); }
static int checked_size(sqlite3_file *f, sqlite3_int64 *n) { return inner(f)->pMethods->xFileSize(inner(f), n); }
static int checked_lock(sqlite3_file *f, int level) { return inner(f)->pMethods->xLock(inner(f), level); }
static int checked_unlock(sqlite3_file *f, int level) { return inner(f)->pMethods->xUnlock(inner(f), level); }
static int checked_reserved(sqlite3_file *f, int *out) { return inner(f)->pMethods->xCheckReservedLock(inner(f), out); }
static int checked_control(sqlite3_file *f, int op, void *arg) { return inner(f)->pMethods->xFileControl(inner(f), op, arg); }
static int checked_sector(sqlite3_file *f) { return inner(f)->pMethods->xSectorSize(inner(f)); }
static int checked_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out) {
  return inner(f)->pMethods->xShmMap(inner(f), page, size, extend, out);
}
static int checked_shm_lock(sqlite3_file *f, int offset, int n, int flags) {
  return inner(f)->pMethods->xShmLock(inner(f), offset, n, flags);
}
static void checked_shm_barrier(sqlite3_file *f) { inner(f)->pMethods->xShmBarrier(inner(f)); }
static int checked_shm_unmap(sqlite3_file *f, int delete) { return inner(f)->pMethods->xShmUnmap(inner(f), delete); }

// Version 2: shared memory for the write-ahead log, and no memory mapping, which would bypass the check.
static const sqlite3_io_methods checked_methods = {
    2,                checked_close,    checked_read,    checked_write,           checked_truncate,  checked_sync,
    checked_size,     checked_lock,     checked_unlock,  checked_reserved,        checked_control,   checked_sector,
    checked_characteristics,            checked_shm_map, checked_shm_lock,        checked_shm_barrier, checked_shm_unmap,
    0,                0};

static int checked_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out) {
  (void)vfs;
  if (!(flags & SQLITE_OPEN_MAIN_DB)) return system_vfs->xOpen(system_vfs, name, file, flags, out);
  file->pMethods = 0;
  int status = system_vfs->xOpen(system_vfs, name, inner(file), flags, out);
  if (inner(file)->pMethods) file->pMethods = &checked_methods;
  return status;
}

int coffer_register_vfs(void) {
  if (system_vfs) return SQLITE_OK;
  int status = sqlite3_initialize();
  if (status != SQLITE_OK) return status;
  sqlite3_vfs *system = sqlite3_vfs_find(0);
  if (!system) return SQLITE_ERROR;
  checked_vfs = *system;
  checked_vfs.zName = "coffer";
  checked_vfs.pNext = 0;
  checked_vfs.szOsFile = (int)sizeof(CheckedFile) + system->szOsFile;
  checked_vfs.xOpen = checked_open;
  system_vfs = system;
  return sqlite3_vfs_register(&checked_vfs, 0);
}

int coffer_check_pages(sqlite3 *database, sqlite3_int64 limit) {
  sqlite3_file *file = 0;
  int status = sqlite3_file_control(database, "main", SQLITE_FCNTL_FILE_POINTER, &file);
  if (status != SQLITE_OK || !file || file->pMethods != &checked_methods) return SQLITE_MISUSE;
  sqlite3_int64 size = 0;
  status = file->pMethods->xFileSize(file, &size);
  if (status != SQLITE_OK) return status;
  if (limit > 0 && size > limit * COFFER_PAGE_SIZE) return SQLITE_OK;
  if (size < COFFER_PAGE_SIZE || size % COFFER_PAGE_SIZE != 0) return SQLITE_CORRUPT;
  // Many pages a read: a small vault is checked at every launch.
  enum { RUN = 32 };
  unsigned char *run = sqlite3_malloc(RUN * COFFER_PAGE_SIZE);
  if (!run) return SQLITE_NOMEM;
  for (sqlite3_int64 start = 0; start < size && status == SQLITE_OK; start += RUN * COFFER_PAGE_SIZE) {
    int amount = (int)(size - start < RUN * COFFER_PAGE_SIZE ? size - start : RUN * COFFER_PAGE_SIZE);
    status = inner(file)->pMethods->xRead(inner(file), run, amount, start);
    if (status == SQLITE_OK && start == 0) {
      // The database header's page count (https://sqlite.org/fileformat.html, offset 28, big-endian).
      sqlite3_int64 pages = ((sqlite3_int64)run[28] << 24) | (run[29] << 16) | (run[30] << 8) | run[31];
      if (pages * COFFER_PAGE_SIZE != size) status = SQLITE_CORRUPT;
    }
    for (int at = 0; at < amount && status == SQLITE_OK; at += COFFER_PAGE_SIZE) status = verify(run + at, start + at);
  }
  sqlite3_free(run);
  return status;
}

int coffer_set_defensive(sqlite3 *database) {
  // No value, body or node comes near: a row made huge by somebody else must not be read into memory.
  sqlite3_limit(database, SQLITE_LIMIT_LENGTH, 256 << 20);
  sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, (int *)0);
  sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_VIEW, 0, (int *)0);
  return sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)0);
}
