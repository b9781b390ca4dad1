// Answers what it got: method, target, size and SHA-256 of the body.  GET /bytes/N: N pseudo-random
// bytes, with their SHA-256 in X-Sha256 (/chunked/N: chunked, and the sum as a trailer).
'use strict';
const http = require('http');
const crypto = require('crypto');

const PIECE = Buffer.alloc(1 << 20);
for (let i = 0, x = 1; i < PIECE.length; ++i) PIECE[i] = (x = (x * 1103515245 + 12345) >>> 0) >>> 16;

function* pieces(size) {
  for (let left = size, number = 0; left > 0; ++number) {
    const piece = Buffer.from(PIECE.subarray(0, Math.min(left, PIECE.length)));
    piece[0] = number & 255;
    left -= piece.length;
    yield piece;
  }
}

function sumOf(size) {
  const hash = crypto.createHash('sha256');
  for (const piece of pieces(size)) hash.update(piece);
  return hash.digest('hex');
}

function sends(response, size, trailer) {
  const all = pieces(size);
  const goOn = () => {
    for (let next = all.next(); !next.done; next = all.next()) {
      if (!response.write(next.value)) return response.once('drain', goOn);
    }
    if (trailer) response.addTrailers({'X-Sum': trailer});
    response.end();
  };
  goOn();
}

http.createServer((request, response) => {
  const [, kind, size] = request.url.match(/^\/(bytes|chunked)\/([0-9]+)$/) || [];
  if (kind === 'bytes') {
    response.writeHead(200, {'Content-Length': size, 'X-Sha256': sumOf(Number(size))});
    return request.method === 'HEAD' ? response.end() : sends(response, Number(size));
  }
  if (kind === 'chunked') {
    response.writeHead(200, {Trailer: 'X-Sum'});
    return sends(response, Number(size), sumOf(Number(size)));
  }
  const hash = crypto.createHash('sha256');
  let got = 0;
  request.on('data', (piece) => { hash.update(piece); got += piece.length; });
  request.on('end', () => response.end(JSON.stringify(
      {method: request.method, target: request.url, size: got, sha256: hash.digest('hex')})));
}).listen({port: Number(process.argv[2]), host: '127.0.0.1', backlog: 4096});
