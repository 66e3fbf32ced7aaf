// server.js PORT: answers each request with a sum over the letters of its path, computed in compiled code.
const http = require("http");
const sum = (text) => {
  let total = 0;
  for (let round = 0; round < 20000; round++) for (const letter of text) total += letter.charCodeAt(0);
  return total;
};
http
  .createServer((request, response) => response.end(`node ${sum(request.url)}\n`))
  .listen(Number(process.argv[2]), "127.0.0.1");
