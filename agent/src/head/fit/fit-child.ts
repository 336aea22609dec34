import { serveRequests } from '@edgeloop/onnx';
import { type FitRequest, fitHead } from './fit-head.ts';

serveRequests((request) => fitHead(request as FitRequest));
