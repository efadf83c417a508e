package store

import (
	"context"
	"errors"
	"slices"
	"strings"
)

// Errors of departments.
var (
	// ErrChartChanged: somebody else changed the departments since the form was filled.
	ErrChartChanged = &Error{Kind: Conflict, Code: "chart_changed"}
	// ErrDepartmentInside: a department below itself.
	ErrDepartmentInside = &Error{Kind: Invalid, Code: "department_inside", Field: "parent"}
	// ErrUnknownDepartment: the department above is not there.
	ErrUnknownDepartment = &Error{Kind: Invalid, Code: "unknown_department", Field: "parent"}
	ErrDepartmentExists  = &Error{Kind: Conflict, Code: "department_exists", Field: "name"}
	// ErrDepartmentSign: the sign that paths are written with.
	ErrDepartmentSign     = &Error{Kind: Invalid, Code: "department_sign", Field: "name"}
	ErrDepartmentTooDeep  = &Error{Kind: Invalid, Code: "department_too_deep", Field: "parent"}
	ErrTooManyDepartments = &Error{Kind: Invalid, Code: "too_many_departments", Field: "name"}
)

// maxDepartmentName is how long the name of a department may be, and a title.
const maxDepartmentName = 100

func cleanDepartment(text string) (string, error) {
	name, err := CleanName("name", text, maxDepartmentName)
	if err == nil && strings.ContainsAny(name, pathSigns) {
		err = ErrDepartmentSign
	}
	return name, err
}

// changeChart is the door to every change of the departments: for a system
// administrator who has seen what is there. version is that of the chart when
// the form was filled.
func (s *Store) changeChart(ctx context.Context, actor Account, version int, change func(tx, Chart) (event, error)) error {
	return s.write(ctx, func(tx tx) error {
		actor, err := tx.administrator(ctx, actor)
		if err != nil {
			return err
		}
		changed, err := tx.exec(ctx, `UPDATE environment SET chart_version = chart_version + 1 WHERE chart_version = $1`, version)
		if err != nil {
			return err
		}
		if changed == 0 {
			return ErrChartChanged
		}
		chart, err := tx.chart(ctx)
		if err != nil {
			return err
		}
		e, err := change(tx, chart)
		if err != nil || e.Action == "" {
			return err
		}
		e.Actor = actor.ID
		return tx.audit(ctx, e)
	})
}

// AddDepartment makes a department, the last below its parent; a parent of 0 is
// the top. Errors: ErrForbidden, ErrChartChanged, those of departments.
func (s *Store) AddDepartment(ctx context.Context, actor Account, version int, parent ID, name string) (id ID, err error) {
	name, err = cleanDepartment(name)
	if err != nil {
		return 0, err
	}
	err = s.changeChart(ctx, actor, version, func(tx tx, c Chart) (event, error) {
		if err := c.takes(parent, 1); err != nil {
			return event{}, err
		}
		if len(c.All()) >= maxDepartments {
			return event{}, ErrTooManyDepartments.With("name", "Max", maxDepartments)
		}
		id, err = tx.insertDepartment(ctx, parent, name)
		return event{Action: "department.added", Subject: name}, err
	})
	return id, err
}

// takes is nil when so many levels fit below a department.
func (c Chart) takes(parent ID, levels int) error {
	depth := 0
	if parent != 0 {
		path := c.Find(parent)
		if path == nil {
			return ErrUnknownDepartment
		}
		depth = len(path)
	}
	if depth+levels > maxDepartmentDepth {
		return ErrDepartmentTooDeep.With("parent", "Max", maxDepartmentDepth)
	}
	return nil
}

// levels is how many levels a department has, itself included.
func levels(d Department) int {
	deepest := 0
	for _, child := range d.Below {
		deepest = max(deepest, levels(child))
	}
	return deepest + 1
}

func (tx tx) insertDepartment(ctx context.Context, parent ID, name string) (id ID, err error) {
	err = tx.row(ctx, `
		INSERT INTO departments (parent_id, name, name_key, place, created_at)
		VALUES ($1, $2, $3, `+lastPlace("$4")+`, $5)
		RETURNING id`, parent.orNull(), name, FoldKey(name), parent, at(tx.now)).Scan(&id)
	if tx.db.taken(err) {
		err = ErrDepartmentExists
	}
	return id, err
}

// lastPlace is the place behind all departments of a parent.
func lastPlace(parent string) string {
	return `(SELECT COALESCE(MAX(d.place), 0) + 1 FROM departments d WHERE COALESCE(d.parent_id, 0) = ` + parent + `)`
}

// ChangeDepartment renames a department and hangs it below another one, the
// last there. Errors: as of AddDepartment, ErrNotFound, ErrDepartmentInside.
func (s *Store) ChangeDepartment(ctx context.Context, actor Account, version int, id, parent ID, name string) error {
	name, err := cleanDepartment(name)
	if err != nil {
		return err
	}
	return s.changeChart(ctx, actor, version, func(tx tx, c Chart) (event, error) {
		path := c.Find(id)
		if path == nil {
			return event{}, ErrNotFound
		}
		d := path[len(path)-1]
		e := event{Action: "department.changed", Subject: name, Details: map[string]string{}}
		if name != d.Name {
			e.Details["name"] = arrow(d.Name, name)
			_, err := tx.exec(ctx, `UPDATE departments SET name = $2, name_key = $3 WHERE id = $1`, id, name, FoldKey(name))
			if tx.db.taken(err) {
				err = ErrDepartmentExists
			}
			if err != nil {
				return event{}, err
			}
		}
		if parent != d.Parent {
			if slices.Contains(c.within(id), parent) {
				return event{}, ErrDepartmentInside
			}
			if err := c.takes(parent, levels(d)); err != nil {
				return event{}, err
			}
			e.Details["parent"] = arrow(c.name(d.Parent), c.name(parent))
			if err := tx.hang(ctx, id, parent); err != nil {
				return event{}, err
			}
		}
		if len(e.Details) == 0 {
			e.Action = ""
		}
		return e, nil
	})
}

func (c Chart) name(id ID) string {
	if path := c.Find(id); path != nil {
		return path[len(path)-1].Name
	}
	return ""
}

// hang puts a department below another one, the last there.
func (tx tx) hang(ctx context.Context, id, parent ID) error {
	_, err := tx.exec(ctx, `UPDATE departments SET parent_id = $2, place = `+lastPlace("$3")+` WHERE id = $1`, id, parent.orNull(), parent)
	if tx.db.taken(err) {
		err = ErrDepartmentExists
	}
	return err
}

// MoveDepartment puts a department one place up or down among those of the same
// parent. At the end of the list nothing changes.
func (s *Store) MoveDepartment(ctx context.Context, actor Account, version int, id ID, up bool) error {
	return s.changeChart(ctx, actor, version, func(tx tx, c Chart) (event, error) {
		path := c.Find(id)
		if path == nil {
			return event{}, ErrNotFound
		}
		siblings := c.Departments
		if len(path) > 1 {
			siblings = path[len(path)-2].Below
		}
		i := slices.IndexFunc(siblings, func(d Department) bool { return d.ID == id })
		other := i + 1
		if up {
			other = i - 1
		}
		if other < 0 || other >= len(siblings) {
			return event{}, nil
		}
		siblings[i], siblings[other] = siblings[other], siblings[i]
		for place, d := range siblings {
			if _, err := tx.exec(ctx, `UPDATE departments SET place = $2 WHERE id = $1 AND place <> $2`, d.ID, place+1); err != nil {
				return event{}, err
			}
		}
		return event{Action: "department.moved", Subject: path[len(path)-1].Name}, nil
	})
}

// DeleteDepartment deletes a department. What is below it goes with it, or else
// moves up to the department above, and so do its people, as no heads; those of
// a department at the top are in none then.
func (s *Store) DeleteDepartment(ctx context.Context, actor Account, version int, id ID, withBelow bool) error {
	return s.changeChart(ctx, actor, version, func(tx tx, c Chart) (event, error) {
		path := c.Find(id)
		if path == nil {
			return event{}, ErrNotFound
		}
		d := path[len(path)-1]
		gone := []ID{id}
		if withBelow {
			gone = c.within(id)
		} else if err := tx.moveUp(ctx, d); err != nil {
			return event{}, err
		}
		slices.Reverse(gone) // those below first
		for _, id := range gone {
			if _, err := tx.exec(ctx, `DELETE FROM departments WHERE id = $1`, id); err != nil {
				return event{}, err
			}
		}
		return event{Action: "department.deleted", Subject: d.Name, Details: map[string]string{"departments": itoa(len(gone))}}, nil
	})
}

func (tx tx) moveUp(ctx context.Context, d Department) error {
	for _, child := range d.Below {
		if err := tx.hang(ctx, child.ID, d.Parent); err != nil {
			return err
		}
	}
	if d.Parent == 0 {
		return nil
	}
	_, err := tx.exec(ctx, `
		INSERT INTO department_people (department_id, account_id, title, heads)
		SELECT $2, p.account_id, p.title, FALSE FROM department_people p WHERE p.department_id = $1
		ON CONFLICT DO NOTHING`, d.ID, d.Parent)
	if err != nil {
		return err
	}
	return tx.countPeople(ctx, d.Parent)
}

// countPeople keeps the number of people in a department.
func (tx tx) countPeople(ctx context.Context, department ID) error {
	_, err := tx.exec(ctx, `
		UPDATE departments
		SET people_count = (SELECT COUNT(*) FROM department_people p WHERE p.department_id = $1)
		WHERE id = $1`, department)
	return err
}

// PutInDepartment puts a member into a department or changes the title there,
// for a system administrator. Somebody may be in several. Errors: ErrForbidden,
// ErrNotFound, ErrNoSuchMember.
func (s *Store) PutInDepartment(ctx context.Context, actor Account, department, account ID, title string, heads bool) error {
	title, err := CleanLine("title", title, maxDepartmentName)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx tx) error {
		actor, d, err := tx.departmentFor(ctx, actor, department)
		if err != nil {
			return err
		}
		member, err := tx.account(ctx, account)
		if errors.Is(missing(err, ErrNotFound), ErrNotFound) || err == nil && (member.IsGuest() || member.Former()) {
			return ErrNoSuchMember.With("account")
		}
		if err != nil {
			return err
		}
		changed, err := tx.putIn(ctx, department, account, title, heads)
		if err != nil || !changed {
			return err
		}
		return tx.audit(ctx, event{Action: "department.person_set", Actor: actor.ID, Account: account, Subject: d, Details: map[string]string{
			"title": title, "heads": onOff(heads),
		}})
	})
}

// putIn reports whether it changed anything.
func (tx tx) putIn(ctx context.Context, department, account ID, title string, heads bool) (bool, error) {
	changed, err := tx.exec(ctx, `
		INSERT INTO department_people (department_id, account_id, title, heads)
		VALUES ($1, $2, $3, $4)
		ON CONFLICT (department_id, account_id) DO UPDATE SET title = $3, heads = $4
		WHERE department_people.title <> $3 OR department_people.heads <> $4`, department, account, title, heads)
	if err != nil || changed == 0 {
		return false, err
	}
	return true, tx.countPeople(ctx, department)
}

// departmentFor is the door to one department for a system administrator.
func (tx tx) departmentFor(ctx context.Context, actor Account, id ID) (administrator Account, name string, err error) {
	if administrator, err = tx.administrator(ctx, actor); err != nil {
		return administrator, "", err
	}
	err = tx.row(ctx, `SELECT d.name FROM departments d WHERE d.id = $1`, id).Scan(&name)
	return administrator, name, missing(err, ErrNotFound)
}

// TakeFromDepartment takes somebody out of a department. Who is not in it is ErrNotFound.
func (s *Store) TakeFromDepartment(ctx context.Context, actor Account, department, account ID) error {
	return s.write(ctx, func(tx tx) error {
		actor, d, err := tx.departmentFor(ctx, actor, department)
		if err != nil {
			return err
		}
		gone, err := tx.exec(ctx, `DELETE FROM department_people WHERE department_id = $1 AND account_id = $2`, department, account)
		if err != nil {
			return err
		}
		if gone == 0 {
			return ErrNotFound
		}
		if err := tx.countPeople(ctx, department); err != nil {
			return err
		}
		return tx.audit(ctx, event{Action: "department.person_removed", Actor: actor.ID, Account: account, Subject: d})
	})
}
