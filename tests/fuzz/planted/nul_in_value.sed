# NUL passes in a field value
# file: http/h1/scan.cpp
# fuzzer: request_fuzz
s/if \(\*p == '\\t'\) \{/if (*p == '\\t' || *p == 0) {/
