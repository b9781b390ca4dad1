# a bare LF passes inside a head
# file: http/h1/scan.cpp
# fuzzer: request_fuzz
s/if \(\*p == '\\t'\) \{/if (*p == '\\t' || *p == '\\n') {/
