"""What a function does, as far as its name tells: C has no other way to say who frees what."""

import re

PLAIN = frozenset(
    "likely unlikely LIKELY UNLIKELY __builtin_expect G_LIKELY G_UNLIKELY bool READ_ONCE "
    "EXPECT_TRUE EXPECT_FALSE WARN_ON WARN_ON_ONCE".split()
)
"""Calls that are worth what they are given first."""

ASSERTS = re.compile(r"(?i)^(?:\w*_)?assert(?:_\w+)?$|^(?:g_)?return_(?:val_)?if_fail$|^assume$")
"""Nothing goes on after them unless what they are given first holds."""

REFUSES = re.compile(r"^(?:BUG_ON|VM_BUG_ON|RETURN_IF|RETURN_ERROR_IF|GOTO_IF|FAIL_IF)$")
"""Nothing goes on after them if it holds."""

ENDS = re.compile(
    r"^(?:_|__|do_|quick_|pthread_|g_)?(?:exit|_Exit|abort|panic|BUG|usage|quit)$|^(?:sig)?longjmp$"
    r"|(?i:(?:^|_)(?:die|panic|fatal|croak|bail|bailout|raise|raisef|throw|rethrow|unreachable"
    r"|noreturn|terminate|ereport|elog)(?:_?(?:error|f|at|with|exc))?(?:_|$))"
    r"|^(?:v?errx?|g_error|error|luaL?_error|luaG_\w*error|png_error|FAIL|SKIP)$"
    r"|RETURN|_RET$|_FAIL$|_ERROR$|LEAVE|REJECT|THROW|RAISE|GOTO|FATAL|PANIC|ABORT|BAIL|DIE|^(?:Throw|Raise|Fatal|Die|Abort)[A-Z]\w*"
    r"|error_exit|exit_error|_error_and_"
)
"""Calls after which, most likely, nothing of the function goes on."""

FREES = frozenset(
    "free kfree kvfree vfree kzfree kfree_sensitive cfree xfree efree g_free av_free zfree delete "
    "OPENSSL_free CRYPTO_free PyMem_Free PyObject_Free sqlite3_free xmlFree mem_free kfree_skb "
    "consume_skb dev_kfree_skb g_slice_free talloc_free apr_free".split()
)
"""Calls that free their one argument, whatever it is."""

_VERBS = "free|destroy|release|delete|put|dispose"
_RELEASES = re.compile(
    rf"(?:\w+_)?(?P<first>[a-zA-Z0-9]+)_(?:{_VERBS})|(?:{_VERBS})_(?P<last>\w+)"
    r"|(?:Free|Destroy|Release|Delete)(?P<camel>[A-Z]\w+)"
)
_PUTS = frozenset(
    "iput dput fput brelse put_page put_device of_node_put sock_put put_task_struct mmput mmdrop "
    "kobject_put usb_put_dev dev_put bio_put put_net put_cred put_pid".split()
)
"""Linux: calls that give up a reference, which may have been the last one."""

_MEMORY = frozenset("buf buffer mem memory object obj ptr pointer block chunk page".split())

ALLOCATES = frozenset(
    "malloc calloc realloc reallocarray aligned_alloc memalign valloc av_malloc av_mallocz "
    "av_calloc av_malloc_array av_mallocz_array av_realloc g_try_malloc g_try_malloc0 g_try_new "
    "PyMem_Malloc PyObject_Malloc sqlite3_malloc OPENSSL_malloc OPENSSL_zalloc CRYPTO_malloc "
    "xmlMalloc".split()
)
"""Allocators whose documentation says that they return a null pointer where there is too little."""

MAY_FAIL = frozenset(
    "kmalloc kzalloc kcalloc kmalloc_array krealloc kstrdup kstrndup kmemdup kvmalloc kvzalloc "
    "vmalloc vzalloc kmem_cache_alloc kmem_cache_zalloc devm_kzalloc devm_kmalloc devm_kcalloc "
    "devm_kstrdup alloc_workqueue create_workqueue create_singlethread_workqueue alloc_skb "
    "dev_alloc_skb netdev_alloc_skb alloc_etherdev alloc_netdev alloc_percpu nlmsg_new".split()
)
"""Linux: allocators that may fail for any amount."""

FINDS = frozenset(
    "strchr strrchr strstr strcasestr strpbrk memchr memrchr memmem bsearch getenv fopen fdopen "
    "freopen tmpfile popen opendir readdir localtime gmtime getpwnam getpwuid getgrnam getgrgid "
    "gethostbyname gethostbyaddr getservbyname dlsym of_find_node_by_name of_match_device "
    "platform_get_resource skb_header_pointer nla_find idr_find radix_tree_lookup "
    "xmlDocGetRootElement xmlGetProp X509_get_ext_d2i X509_NAME_get_entry ASN1_STRING_dup "
    "g_hash_table_lookup lfind tfind setmntent getmntent".split()
)
"""Look-ups whose documentation says that they return a null pointer where there is nothing."""

FOLLOWS = frozenset(
    "memcpy memmove memset strcpy strncpy strcat strncat strlen strcmp strncmp strcasecmp "
    "strncasecmp memcmp sprintf snprintf strchr strrchr strstr atoi atol strtol strtoul fputs "
    "fgets fread fwrite fprintf fclose fseek ftell fgetc getc feof ferror rewind readdir "
    "closedir".split()
)
"""Functions that follow each pointer they are given."""

BORROWS = FOLLOWS | frozenset(
    "printf read write recv send pread pwrite open stat lstat access bzero sscanf fscanf vsnprintf "
    "copy_to_user copy_from_user put_user get_user syslog perror puts strtod strtok IS_ERR PTR_ERR "
    "printk pr_err pr_info pr_warn pr_debug dev_err dev_dbg dev_warn dev_info netdev_err av_log "
    "isatty fflush fileno ioctl mutex_lock mutex_unlock spin_lock spin_unlock likely unlikely "
    "assert".split()
)
"""Functions that keep nothing of what they are given."""


def releases(name: str, declared: str) -> bool:
    """Whether it gives up the one thing that it is called with, of this type.

    `packet_free` does, for a packet; for a session it frees what that has of them.
    """
    if name in FREES:
        return True
    named = _RELEASES.fullmatch(name)
    if named is None or name in _PUTS:
        return name in _PUTS and declared != ""
    noun = (named["first"] or named["last"] or named["camel"]).lower().replace("_", "")
    return noun in _MEMORY or (len(noun) > 2 and noun in declared.lower().replace("_", ""))


MOVES = re.compile(r"(?i)(?:^|_|[a-z])k?v?m?realloc(?:array|f|_array)?$")
"""Calls that may put what they are given first somewhere else, and free where it was."""
