# %2f becomes a slash
# file: http/normalise.cpp
# fuzzer: url_fuzz
s/if \(unreserved\(c\)\) \{/if (unreserved(c) || c == '\/') {/
