import { Client } from '../support/client.mjs';
import { eventually } from '../support/eventually.mjs';

// A client that asks again while the server has not found its database again.
export class PatientClient extends Client {
    async request(method, path, options) {
        let answer;
        await eventually('the server finds its database', async () => {
            answer = await super.request(method, path, options);
            return answer.status !== 503;
        });
        return answer;
    }
}
