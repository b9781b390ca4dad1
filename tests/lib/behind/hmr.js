// A development server as Next.js is one: a socket for hot reloading, and events over HTTP.
// GET /change: tells all sockets and event streams what changed.
'use strict';
const http = require('http');
const crypto = require('crypto');

const sockets = new Set();
const streams = new Set();

function frame(opcode, payload) {
  const size = payload.length;
  const head = size < 126 ? Buffer.from([0x80 | opcode, size])
      : size < 65536 ? Buffer.from([0x80 | opcode, 126, size >> 8, size & 255])
      : Buffer.concat([Buffer.from([0x80 | opcode, 127]),
                       Buffer.from(BigInt(size).toString(16).padStart(16, '0'), 'hex')]);
  return Buffer.concat([head, payload]);
}

// [opcode, payload, rest] of the first whole frame; null while there is none.
function parse(bytes) {
  if (bytes.length < 2) return null;
  let size = bytes[1] & 127;
  let at = 2;
  if (size === 126) {
    if (bytes.length < 4) return null;
    size = bytes.readUInt16BE(2);
    at = 4;
  } else if (size === 127) {
    if (bytes.length < 10) return null;
    size = Number(bytes.readBigUInt64BE(2));
    at = 10;
  }
  if ((bytes[1] & 128) === 0) throw new Error('a client must mask');
  if (bytes.length < at + 4 + size) return null;
  const mask = bytes.subarray(at, at + 4);
  const payload = Buffer.from(bytes.subarray(at + 4, at + 4 + size));
  for (let i = 0; i < size; ++i) payload[i] ^= mask[i & 3];
  return [bytes[0] & 15, payload, bytes.subarray(at + 4 + size)];
}

const server = http.createServer((request, response) => {
  if (request.url === '/events') {
    response.writeHead(200, {'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache'});
    response.write('data: hello\n\n');
    streams.add(response);
    return response.on('close', () => streams.delete(response));
  }
  if (request.url === '/change') {
    for (const socket of sockets) socket.write(frame(1, Buffer.from('{"action":"building"}')));
    for (const stream of streams) stream.write('data: changed\n\n');
    return response.end(`${sockets.size} ${streams.size}`);
  }
  response.end('page');
});

server.on('upgrade', (request, socket, head) => {
  if (request.url !== '/_next/webpack-hmr') {
    return socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
  }
  const key = crypto.createHash('sha1')
      .update(request.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11')
      .digest('base64');
  socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
               `Sec-WebSocket-Accept: ${key}\r\n\r\n`);
  sockets.add(socket);
  let bytes = head;
  const read = () => {
    for (let found = parse(bytes); found; found = parse(bytes)) {
      bytes = found[2];
      if (found[0] === 8) return socket.end(frame(8, found[1]));
      if (found[0] === 9) socket.write(frame(10, found[1]));
      if (found[0] < 3) socket.write(frame(found[0], found[1]));
    }
  };
  socket.on('data', (piece) => { bytes = Buffer.concat([bytes, piece]); read(); });
  socket.on('close', () => sockets.delete(socket));
  socket.on('error', () => {});
  read();
});
server.listen({port: Number(process.argv[2]), host: '127.0.0.1', backlog: 512});
