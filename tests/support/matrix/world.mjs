import crypto from 'node:crypto';
import { connect, connectionsOf } from '../connecting.mjs';
import { invite } from '../invitations.mjs';
import { addMember, freshName, logIn, makeKey, makeOrganization, signUp } from '../people.mjs';

export const origin = 'https://partner.example.com';

// The victim of the matrix: an owner with an organization and one of each thing that the API has, each made when it
// is first asked for. What only the owner may see bears `secret` in its text, what only members may see `inside`.
export class World {
    #made = new Map();

    // mock: the OAuth server by which accounts of others are connected
    static async make(server, mock) {
        const world = new World();
        Object.assign(world, { server, mock });
        [world.secret, world.inside] = ['secret', 'inside'].map((word) => word + crypto.randomBytes(8).toString('hex'));
        world.owner = await signUp(server);
        world.organization = await makeOrganization(world.owner, {
            name: `${world.inside} organization`,
            slug: `${world.inside}-slug`,
            description: `${world.inside} description`,
        });
        world.ids = [world.owner.profile.id, world.owner.profile.default_organization_id, world.organization.id];
        return world;
    }

    // Makes a thing once; its id is from then on one that no stranger is to see or to change.
    async #once(name, make, ids = (thing) => [thing.id]) {
        if (!this.#made.has(name)) {
            const thing = await make();
            this.ids.push(...ids(thing));
            this.#made.set(name, thing);
        }
        return this.#made.get(name);
    }

    #member(name, role) {
        const join = async () => {
            const person = await signUp(this.server, { full_name: `${this.inside} ${name}` });
            await addMember(this.owner, this.organization, person, { role, team: `${this.inside} team` });
            return person;
        };
        return this.#once(name, join, ({ profile }) => [profile.id]);
    }

    // A member on whom others try what they may.
    fellow() {
        return this.#member('fellow', 'member');
    }

    secondOwner() {
        return this.#member('second owner', 'owner');
    }

    // Somebody who is to be added.
    newcomer() {
        return signUp(this.server);
    }

    async connection() {
        const { client } = this.owner;
        const { id } = await this.#once('connection', async () => {
            this.mock.email = `${this.secret}@example.com`;
            await connect(client);
            return (await connectionsOf(client))[0];
        });
        return id;
    }

    async conversation() {
        const { client } = this.owner;
        const { id } = await this.#once('conversation', async () => {
            const made = await client.expect(201, 'create_conversation', { body: { title: `${this.secret} title` } });
            const body = { message: `${this.secret} message`, conversation_id: made.id };
            await client.expect(200, 'generate_chat_response', { body });
            return made;
        });
        return id;
    }

    // A session of the owner other than the one that the owner acts in.
    async otherSession() {
        const { id } = await this.#once('session', async () => {
            const client = this.owner.client.with({ token: undefined });
            const { username, password } = this.owner;
            await client.expect(200, 'login_user', {
                form: { username, password },
                headers: { 'User-Agent': `${this.secret} browser` },
            });
            const sessions = await this.owner.client.expect(200, 'list_sessions');
            return sessions.find(({ is_current }) => !is_current);
        });
        return id;
    }

    // A key of the owner in the organization, with all scopes.
    key() {
        const more = { name: `${this.inside} key`, organization_id: this.organization.id };
        return this.#once('key', () => makeKey(this.owner, ['api:admin'], more));
    }

    invitation() {
        return this.#once('invitation', async () => {
            const body = { email: `${this.inside}@example.com`, team: `${this.inside} team` };
            const params = { org_id: this.organization.id };
            const made = await this.owner.client.expect(201, 'create_organization_invitation', { params, body });
            return { ...made, token: new URL(made.invite_url).searchParams.get('token') };
        });
    }

    // One for somebody else, to an organization that is none of the owner's.
    async invitationFor({ email }) {
        const host = await this.outsider();
        return invite(host, await makeOrganization(host), { email });
    }

    // An integration token that acts for the owner in the organization.
    newGrant(more = {}) {
        const body = { mode: 'api', origin, scopes: ['profile:read'], ttlSeconds: 900, ...more };
        const tenantId = this.organization.id;
        return this.owner.client.expect(201, 'issue_integration_grant', { body: { ...body, tenantId } });
    }

    // The same, made once.
    grant() {
        return this.#once(
            'grant',
            () => this.newGrant(),
            () => [],
        );
    }

    secondOrganization() {
        return this.#once(
            'second organization',
            () => makeOrganization(this.owner),
            () => [],
        );
    }

    // One that nobody of this world has to do with.
    foreignOrganization() {
        return this.#once(
            'foreign organization',
            async () => makeOrganization(await this.outsider()),
            () => [],
        );
    }

    // The owner's things are read by a session that lives now.
    async logInAgain() {
        const tokens = await logIn(this.owner.client, this.owner.username);
        this.owner.client = this.owner.client.with({ token: tokens.access_token });
    }

    // Somebody of whom the organization knows nothing.
    outsider(more) {
        return signUp(this.server, more);
    }

    // A member with a role, made for one persona.
    async memberAs(role) {
        const person = await signUp(this.server, { username: freshName(role) });
        await addMember(this.owner, this.organization, person, { role });
        return person;
    }
}
