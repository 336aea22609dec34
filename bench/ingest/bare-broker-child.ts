import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { serveRequests } from '@edgeloop/onnx';
import { Aedes } from 'aedes';

// aedes on a bare socket, in a process of its own as the control plane is one. Answers anything
// with its port.
const aedes = await Aedes.createBroker();
const server = createServer({ noDelay: true }, (socket) => void aedes.handle(socket));
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 });
await once(server, 'listening');
serveRequests(async () => (server.address() as AddressInfo).port);
