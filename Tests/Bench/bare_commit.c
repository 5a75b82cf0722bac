// The least that one durable write to SQLite costs a process: open, one row, one commit in WAL mode with FULL syncs, close.
#include <sqlite3.h>
#include <stdio.h>

int main(int count, char **words) {
  sqlite3 *database;
  if (count != 2 || sqlite3_open(words[1], &database) != SQLITE_OK) return 2;
  char *message = NULL;
  int code = sqlite3_exec(database,
                          "PRAGMA journal_mode = WAL;"
                          "PRAGMA synchronous = FULL;"
                          "CREATE TABLE IF NOT EXISTS entry (id INTEGER PRIMARY KEY, sealed BLOB);"
                          "BEGIN IMMEDIATE;"
                          "INSERT INTO entry (sealed) VALUES (randomblob(256));"
                          "COMMIT;",
                          NULL, NULL, &message);
  if (code != SQLITE_OK) fprintf(stderr, "bare_commit: %s\n", message);
  return sqlite3_close(database) == SQLITE_OK && code == SQLITE_OK ? 0 : 1;
}
