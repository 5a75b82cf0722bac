// SQLite, https://sqlite.org/c3ref. Only Vault may import it.
#ifndef COFFER_CSQLITE_H
#define COFFER_CSQLITE_H

#include <sqlite3.h>

/// Bytes that each page reserves for its checksum.
#define COFFER_PAGE_RESERVE 8
/// The only page size in use.
#define COFFER_PAGE_SIZE 4096

// Composed macros in sqlite3.h, which Swift does not import.
enum {
  COFFER_IOERR_DATA = SQLITE_IOERR_DATA,
  COFFER_IOERR_SHORT_READ = SQLITE_IOERR_SHORT_READ,
  COFFER_IOERR_SHMOPEN = SQLITE_IOERR_SHMOPEN,
  COFFER_IOERR_SHMSIZE = SQLITE_IOERR_SHMSIZE,
  COFFER_IOERR_SHMMAP = SQLITE_IOERR_SHMMAP,
};

/// Registers the VFS "coffer": the system's own, plus a checksum at the end of every page of a main database file.
/// Idempotent; returns an SQLite result code.
int coffer_register_vfs(void);

/// Reads every page of the main database file through the checksums, and compares the file's size with the header's page count.
/// Files of more than `limit` pages are left alone (0: no limit).
/// Returns SQLITE_OK, SQLITE_CORRUPT, or the error of a read.
int coffer_check_pages(sqlite3 *database, sqlite3_int64 limit);

// Variadic in C, so out of Swift's reach: https://sqlite.org/c3ref/db_config.html
int coffer_set_defensive(sqlite3 *database);

#endif
