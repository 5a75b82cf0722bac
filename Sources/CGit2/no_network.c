// The network half of libgit2 is cut off at the link: its SSH and Kerberos calls end here, do nothing and return nothing. A scan
// reads only the disk, coffer-scan refuses sockets in any case, and without these libraries it links statically.
// libgit2 calls none of them before a remote is opened, but for libssh2_init, whose 0 is success.
#include <stddef.h>
#include <stdint.h>

#define NUMBER(name) \
  intptr_t name(void); \
  intptr_t name(void) { return 0; }

void *GSS_C_NT_HOSTBASED_SERVICE = NULL;

NUMBER(gss_delete_sec_context)
NUMBER(gss_display_status)
NUMBER(gss_import_name)
NUMBER(gss_indicate_mechs)
NUMBER(gss_init_sec_context)
NUMBER(gss_release_buffer)
NUMBER(gss_release_name)
NUMBER(gss_release_oid_set)
NUMBER(libssh2_agent_connect)
NUMBER(libssh2_agent_disconnect)
NUMBER(libssh2_agent_free)
NUMBER(libssh2_agent_get_identity)
NUMBER(libssh2_agent_init)
NUMBER(libssh2_agent_list_identities)
NUMBER(libssh2_agent_userauth)
NUMBER(libssh2_channel_close)
NUMBER(libssh2_channel_free)
NUMBER(libssh2_channel_open_ex)
NUMBER(libssh2_channel_process_startup)
NUMBER(libssh2_channel_read_ex)
NUMBER(libssh2_channel_set_blocking)
NUMBER(libssh2_channel_write_ex)
NUMBER(libssh2_exit)
NUMBER(libssh2_hostkey_hash)
NUMBER(libssh2_init)
NUMBER(libssh2_knownhost_checkp)
NUMBER(libssh2_knownhost_free)
NUMBER(libssh2_knownhost_init)
NUMBER(libssh2_knownhost_readfile)
NUMBER(libssh2_session_abstract)
NUMBER(libssh2_session_disconnect_ex)
NUMBER(libssh2_session_free)
NUMBER(libssh2_session_handshake)
NUMBER(libssh2_session_hostkey)
NUMBER(libssh2_session_init_ex)
NUMBER(libssh2_session_last_error)
NUMBER(libssh2_session_method_pref)
NUMBER(libssh2_session_set_blocking)
NUMBER(libssh2_userauth_authenticated)
NUMBER(libssh2_userauth_keyboard_interactive_ex)
NUMBER(libssh2_userauth_list)
NUMBER(libssh2_userauth_password_ex)
NUMBER(libssh2_userauth_publickey)
NUMBER(libssh2_userauth_publickey_fromfile_ex)
NUMBER(libssh2_userauth_publickey_frommemory)
