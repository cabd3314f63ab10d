-- Texts of the cluster that a draft's model was told and that read like orders: for reviewers to know. Drafts from before
-- name none.
ALTER TABLE draft ADD COLUMN suspects json NOT NULL DEFAULT '[]';
