// Writes down what Node understands of every request, strictly; on a second port it tells.
'use strict';
const http = require('http');

let requests = [];
let errors = [];

function record(request, response) {
  const body = [];
  const seen = {
    client: request.socket.remoteAddress, id: request.headers['x-request-id'] || '',
    method: request.method, target: request.url, version: request.httpVersion,
    fields: [], body: '', trailers: [], whole: false,
  };
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    seen.fields.push([request.rawHeaders[i], request.rawHeaders[i + 1]]);
  }
  requests.push(seen);
  const keep = () => { seen.body = Buffer.concat(body).toString('latin1'); };
  request.on('data', (piece) => { body.push(piece); keep(); });
  request.on('end', () => {
    seen.whole = request.complete;
    seen.trailers = request.rawTrailers;
    response.end('ok');
  });
  request.on('error', () => {});
}

const server = http.createServer(
    {insecureHTTPParser: false, requireHostHeader: false, keepAliveTimeout: 60000}, record);
server.httpAllowHalfOpen = true;
server.on('checkExpectation', record);
server.on('clientError', (error, socket) => {
  errors.push({client: socket.remoteAddress, code: error.code || String(error)});
  socket.destroy();
});
server.listen({port: Number(process.argv[2]), host: '127.0.0.1', backlog: 4096});

http.createServer((_, response) => {
  response.end(JSON.stringify({requests, errors}));
  requests = [];
  errors = [];
}).listen(Number(process.argv[3]), '127.0.0.1');
