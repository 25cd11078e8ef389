"""The three measured operations on FastAPI, over xentree's own schema (bench/README.md).

Lean on purpose: plain SQL instead of an ORM, and answers as JSONResponse, which spares FastAPI its second validation.
Started by bench/run with BENCH_DATABASE (a SQLite file or a postgresql:// address) and BENCH_SECRET (the JWT key).
"""
import os
import time
import uuid
from datetime import datetime, timezone

import jwt
from fastapi import Depends, FastAPI, HTTPException, Query
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, constr

from databases import open_database

SECRET = os.environ["BENCH_SECRET"]

LIVE_USER = """
SELECT u.id, u.email, u.email_verified, u.username, u.full_name, u.nickname, u.avatar_url, u.bio, u.language, u.timezone,
       u.role, u.plan, u.is_active, u.is_profile_public, u.default_organization_id, u.created_at, u.updated_at
FROM sessions s JOIN users u ON u.id = s.user_id
WHERE s.id = $1 AND s.user_id = $2 AND s.ended_at IS NULL AND s.expires_at > $3 AND u.is_active"""

NEWEST_CONVERSATIONS = """
SELECT id, title, provider, message_count, last_message_at, created_at, updated_at
FROM conversations WHERE owner_id = $1 ORDER BY active_at DESC, id DESC LIMIT $2"""

INSERT_CONVERSATION = """
INSERT INTO conversations (id, owner_id, title, provider, message_count, active_at, created_at, updated_at)
VALUES ($1, $2, $3, $4, 0, $5, $6, $7)"""

app = FastAPI(openapi_url=None)
database = open_database(os.environ["BENCH_DATABASE"])
app.add_event_handler("startup", database.open)
app.add_event_handler("shutdown", database.close)


def now_in_milliseconds() -> int:
    return time.time_ns() // 1_000_000


def format_time(milliseconds):
    if milliseconds is None:
        return None
    moment = datetime.fromtimestamp(milliseconds / 1000, timezone.utc)
    return moment.isoformat(timespec="milliseconds")[:-6] + "Z"


def make_uuid7(milliseconds: int) -> uuid.UUID:
    random = int.from_bytes(os.urandom(10), "big")
    value = milliseconds << 80 | random & ~(0xF << 76) & ~(0x3 << 62)
    return uuid.UUID(int=value | 0x7 << 76 | 0x2 << 62)


async def current_user(credentials: HTTPAuthorizationCredentials = Depends(HTTPBearer())):
    try:
        claims = jwt.decode(credentials.credentials, SECRET, algorithms=["HS256"], options={"require": ["exp", "sub"]})
        session, user = uuid.UUID(claims["sid"]), uuid.UUID(claims["sub"])
    except (jwt.InvalidTokenError, KeyError, ValueError):
        raise HTTPException(401, "The access token is not good.")
    row = await database.one(LIVE_USER, database.id(session), database.id(user), now_in_milliseconds())
    if row is None:
        raise HTTPException(401, "The session has ended.")
    return row


@app.get("/api/auth/me")
async def read_profile(user=Depends(current_user)):
    return JSONResponse({
        "id": database.id_text(user["id"]),
        "email": user["email"],
        "email_verified": bool(user["email_verified"]),
        "pending_email": None,
        "username": user["username"],
        "full_name": user["full_name"],
        "nickname": user["nickname"],
        "avatar_url": user["avatar_url"],
        "bio": user["bio"],
        "language": user["language"],
        "timezone": user["timezone"],
        "role": user["role"],
        "plan": user["plan"],
        "is_active": bool(user["is_active"]),
        "is_profile_public": bool(user["is_profile_public"]),
        "default_organization_id": database.id_text(user["default_organization_id"]),
        "created_at": format_time(user["created_at"]),
        "updated_at": format_time(user["updated_at"]),
    })


@app.get("/api/core/conversations")
async def list_conversations(limit: int = Query(50, ge=1, le=100), user=Depends(current_user)):
    rows = await database.all(NEWEST_CONVERSATIONS, user["id"], limit)
    return JSONResponse([{
        "id": database.id_text(row["id"]),
        "title": row["title"],
        "provider": row["provider"],
        "message_count": row["message_count"],
        "last_message_at": format_time(row["last_message_at"]),
        "created_at": format_time(row["created_at"]),
        "updated_at": format_time(row["updated_at"]),
    } for row in rows])


class ConversationCreate(BaseModel):
    title: constr(strip_whitespace=True, min_length=1, max_length=200) = None
    provider: constr(min_length=1, max_length=128) = "auto"


@app.post("/api/core/conversations")
async def create_conversation(body: ConversationCreate, user=Depends(current_user)):
    if body.provider != "auto":
        raise HTTPException(404, "No such provider.")
    now = now_in_milliseconds()
    conversation = make_uuid7(now)
    title = body.title or ""
    await database.run(INSERT_CONVERSATION, database.id(conversation), user["id"], title, body.provider, now, now, now)
    moment = format_time(now)
    return JSONResponse({
        "id": str(conversation),
        "title": title,
        "provider": body.provider,
        "message_count": 0,
        "last_message_at": None,
        "created_at": moment,
        "updated_at": moment,
    }, status_code=201)
