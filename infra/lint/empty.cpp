// Every header is compiled with this file by infra/lint.sh headers.
